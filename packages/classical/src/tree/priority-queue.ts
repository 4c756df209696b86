/**
 * A binary heap: gives the item of highest priority first, and of equal ones the one of the lowest order, which is the one
 * that came first unless an order is given.
 */
export class PriorityQueue<T> {
  private readonly heap: { readonly item: T; readonly priority: number; readonly order: number }[] = [];
  private pushed = 0;

  get size(): number {
    return this.heap.length;
  }

  /** The item that {@link pop} would take out. */
  first(): T | undefined {
    return this.heap.length > 0 ? this.heap[0].item : undefined;
  }

  push(item: T, priority: number, order = this.pushed++): void {
    const { heap } = this;
    heap.push({ item, priority, order });
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const { heap } = this;
    if (heap.length === 0) return undefined;
    this.swap(0, heap.length - 1);
    const top = heap.pop();
    let at = 0;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && this.before(child, first)) first = child;
      if (first === at) break;
      this.swap(at, first);
      at = first;
    }
    return top?.item;
  }

  private before(a: number, b: number): boolean {
    const [x, y] = [this.heap[a], this.heap[b]];
    return x.priority > y.priority || (x.priority === y.priority && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    const held = this.heap[a];
    this.heap[a] = this.heap[b];
    this.heap[b] = held;
  }
}

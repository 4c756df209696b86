export { dispatch, serve, stop } from "./team";
export { joinShares } from "./partition";

import { ParamError } from "@strata-ml/core";
import { type NetworkSettings, networkSettingsShape } from "../network/network-settings.js";

/** Throws {@link ParamError} where params that shape a network differ from those of the model that is updated. */
export function requireSameNetwork(owner: string, params: NetworkSettings, fitted: NetworkSettings): void {
  requireSameParams(owner, params, fitted, Object.keys(networkSettingsShape) as (keyof NetworkSettings)[]);
}

/** Throws {@link ParamError} where one of these params differs from that of the model that is updated. */
export function requireSameParams<P extends object>(
  owner: string,
  params: P,
  fitted: P,
  names: readonly (keyof P & string)[],
): void {
  for (const name of names) {
    const [now, then] = [params[name], fitted[name]].map((value) => JSON.stringify(value));
    if (now !== then)
      throw new ParamError(owner, `update: ${name} must be that of the model, ${then}, received ${now}`);
  }
}

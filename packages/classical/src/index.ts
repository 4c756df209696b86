export { Ridge, ridgeCodec, RidgeModel } from "./linear/ridge.js";
export { StandardScaler, standardScalerCodec, StandardScalerModel } from "./preprocessing/standard-scaler.js";

export {
  MlRandomForestClassifier,
  mlRandomForestClassifierCodec,
  MlRandomForestClassifierModel,
} from "./ml-random-forest-classifier.js";
export {
  MlRandomForestRegressor,
  mlRandomForestRegressorCodec,
  MlRandomForestRegressorModel,
} from "./ml-random-forest-regressor.js";

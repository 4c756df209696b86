export { assertClose } from "./assert-close.js";

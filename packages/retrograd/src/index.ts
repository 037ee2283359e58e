export { differentiate, differentiateProgram } from "@retrograd/transformer";

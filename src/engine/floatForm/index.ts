export { FloatForm, leastExpected, type FloatFormOptions } from './floatForm';
export { type OpenGraph } from './multiplicationTimes';

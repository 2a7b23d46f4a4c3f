export { Courtesy, type Restraint } from './courtesy';
export { isOnBattery } from './powerSource';

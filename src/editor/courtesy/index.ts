export { Courtesy, type Restraint } from './courtesy';
export { isOnBattery } from './powerSource';
export { systemMemory } from './systemMemory';

export * from './alternatingCache';
export { emptyPast } from './cacheTensors';
export * from './deviceCache';
export * from './growingCache';
export * from './inPlaceCache';
export * from './keyValueCache';
export * from './spareBuffers';

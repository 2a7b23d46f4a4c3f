export { canShareEngines, startSharedEngine } from './startSharedEngine';

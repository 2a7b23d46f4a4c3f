export * from './clock';
export * from './engineClient';
export * from './engineProcess';
export * from './engineState';
export * from './localEngine';
export * from './networkLedger';
export * from './servers';

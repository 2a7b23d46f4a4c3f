export * from './clock';
export * from './devices';
export * from './engineClient';
export * from './engineProcess';
export * from './engineState';
export * from './localEngine';
export * from './networkLedger';
export * from './servers';
export { TokenProcess, type OpenAiTokens, type TokenProcessOptions } from './tokenProcess';

export * from './channel';
export * from './engineProtocol';
export * from './parseFromEngine';
export * from './parseToEngine';
export * from './resultPanelProtocol';

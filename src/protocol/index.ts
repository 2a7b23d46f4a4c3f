export * from './channel';
export * from './engineProtocol';
export * from './resultPanelProtocol';

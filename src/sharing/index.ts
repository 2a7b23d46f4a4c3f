export * from './engineRecord';
export * from './handshake';
export * from './privateFolder';
export * from './socketChannel';

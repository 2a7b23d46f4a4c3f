export * from './completingModel';
export * from './lineSpeed';
export * from './lineSpeeds';
export * from './measureLine';

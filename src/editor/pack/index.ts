export { createPack, freeDiskBytes, packExtensionId, packIsExpected } from './createPack';
export { Pack } from './pack';
export { packNotice, type PackNotice } from './packWords';

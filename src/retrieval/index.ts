export { PassageIndex, type FoundPassage } from './passageIndex';
export { splitPassages, type Passage } from './passages';
export { runInSlices, sharedSlicing, type Slicing } from './slices';
export { words } from './words';

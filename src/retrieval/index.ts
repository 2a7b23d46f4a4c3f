export { PassageIndex, type FoundPassage } from './passageIndex';
export { splitPassages, type Passage } from './passages';
export { runInSlices, type Slicing } from './slices';
export { words } from './words';

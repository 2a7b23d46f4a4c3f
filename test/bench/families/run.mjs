// Asks several models the same questions through the engine that ships, in turns. Started by the recipe:
// python models/recipe/run.py evaluate --preset families
import { launch } from '../launch.mjs';

await launch('families/families', 'families');

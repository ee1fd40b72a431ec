import { seams } from '../seams.ts';
import { adviceFor, furtherAdvice } from './advice.ts';
import { checkedSteps } from './checked-steps.ts';
import { brief, describe, listText, nestedText } from './describe.ts';
import {
  countsOf,
  dueText,
  outcomeText,
  placesIn,
  restOf,
  restOfHandle,
  shortText,
  valuesText,
} from './forms.ts';
import { optionAdvice } from './option-advice.ts';

/** Registers the texts of errors, reports and text forms in full. */
export function registerTexts(): void {
  seams.texts = {
    advice: adviceFor,
    brief,
    countsOf,
    describe,
    dueText,
    further: furtherAdvice,
    listText,
    nestedText,
    optionAdvice,
    outcomeText,
    placesIn,
    restOf,
    restOfHandle,
    shortText,
    steps: checkedSteps,
    valuesText,
  };
}

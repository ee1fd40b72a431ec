export const later = 'a module that is loaded later';

// In place of the types of unplugin, which bring those of five bundlers along.
export {};

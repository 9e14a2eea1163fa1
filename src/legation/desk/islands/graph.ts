export const show = (box: HTMLElement): void => {
  box.hidden = false;
};

import { setupServer } from "msw/node";

/** Answers in place of Emberwatch; each test says what. */
export const server = setupServer();

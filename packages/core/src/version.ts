/** Version of the library, as artifacts carry it; `npm run version` keeps it equal to package.json's. */
export const VERSION = "0.0.0";

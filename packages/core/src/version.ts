/** Version of the library, as artifacts carry it. The release script keeps it equal to package.json's. */
export const VERSION = "0.1.0";

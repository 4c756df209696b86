/** A merchant category: what it sells, for how much, and how often online. */
export interface Category {
  readonly mcc: string;
  /** Median amount and the spread of its logarithm. */
  readonly median: number;
  readonly sigma: number;
  /** How often people buy from it. */
  readonly weight: number;
  /** Share of purchases made online by an average customer. */
  readonly online: number;
  /** Second words of its merchants' names. */
  readonly words: readonly string[];
}

const category = (
  mcc: string,
  median: number,
  sigma: number,
  weight: number,
  online: number,
  words: string,
): Category => ({ mcc, median, sigma, weight, online, words: words.split(" ") });

export const categories: readonly Category[] = [
  category("5411", 38, 0.7, 16, 0.2, "MARKET GROCERS FOODS PANTRY SUPERMARKET"),
  category("5812", 31, 0.6, 11, 0.25, "BISTRO KITCHEN GRILL RESTAURANT TAVERN"),
  category("5814", 10, 0.5, 12, 0.3, "COFFEE BURGER BAGELS PIZZA CAFE"),
  category("5541", 44, 0.4, 7, 0, "FUEL PETROL OIL SERVICE STATION"),
  category("5651", 55, 0.7, 6, 0.6, "CLOTHING APPAREL FASHION DENIM SHOES"),
  category("5732", 120, 0.9, 4, 0.7, "ELECTRONICS AUDIO CAMERA COMPUTERS GADGETS"),
  category("5816", 12, 0.7, 9, 1, "GAMES PLAY APPS SOFTWARE STUDIO"),
  category("4899", 13, 0.4, 5, 1, "STREAM CINEMA MUSIC RADIO MEDIA"),
  category("5311", 48, 0.8, 8, 0.7, "STORES MKTPLACE BAZAAR OUTLET DEALS"),
  category("5912", 22, 0.7, 5, 0.2, "PHARMACY DRUGS HEALTH APOTHECARY CARE"),
  category("5942", 19, 0.6, 3, 0.7, "BOOKS PRESS PAPER LIBRARY COMICS"),
  category("4121", 16, 0.5, 6, 0.8, "CAB RIDES TAXI CARS SHUTTLE"),
  category("4900", 75, 0.5, 2, 1, "ENERGY WATER GAS POWER UTILITIES"),
  category("7011", 140, 0.6, 1.5, 0.6, "HOTEL INN LODGE SUITES RESORT"),
  category("5995", 33, 0.6, 2.5, 0.5, "PETS VET AQUARIUM KENNEL SUPPLY"),
  category("7997", 36, 0.4, 2, 0.6, "FITNESS GYM CLUB YOGA SPORTS"),
];

/** Category of cash withdrawals. */
export const CASH_MCC = "6011";

export const mccs: readonly string[] = [...categories.map(({ mcc }) => mcc), CASH_MCC];

/** First words of merchants' names; a few carry digits, so that a digit among letters proves nothing. */
export const brands: readonly string[] = (
  "HARBOR CEDAR LUMEN ORBIT PIXEL NIMBUS MAPLE SUMMIT VELVET COBALT EMBER WILLOW ZEPHYR BEACON CRIMSON " +
  "GRANITE MERIDIAN SOLSTICE TANGO VECTOR AURORA BRAMBLE CASCADE DAHLIA ECHO FABLE GOLDEN HOLLOW INDIGO " +
  "JUNIPER KESTREL LANTERN MONARCH NOVA OPAL PRAIRIE QUARTZ RIPPLE SABLE THISTLE UMBRA VERDANT WALNUT " +
  "AMBERLY BLUEBELL CITADEL DRIFTWOOD EVERGREEN FOXGLOVE GALAXY HAZEL ISLAND JASMINE KEYSTONE LIBERTY " +
  "MAGNOLIA NORTHSTAR OAKWOOD PARAGON REDWOOD SILVERLINE TRIDENT URBAN VALLEY WESTGATE YONDER ZENITH " +
  "K9 GR8 H2O 24SEVEN SHOP4U R2GO 365 B2GO FLY2 4EVER"
).split(" ");

export const cityNames: readonly string[] =
  "BRIDGETON LAKESIDE MILLFORD ASHVALE PORT ELM STONEBURY KINGSMERE RIVERTON FAIRHAVEN OLDCASTLE"
    .replace("PORT ELM", "PORT_ELM")
    .split(" ")
    .map((name) => name.replace("_", " "));

//! Names that people and places go by.

#[rustfmt::skip]
pub(crate) const GIRLS: [&str; 40] = [
    "Abigail", "Adriana", "Aisha", "Alma", "Amelia", "Ana", "Beatriz", "Brielle", "Camila", "Chloë", "Dalia",
    "Elena", "Ella", "Fatima", "Grace", "Hannah", "Imani", "Inés", "Jade", "Josephine", "Kayla", "Leila",
    "Linh", "Lucía", "Maya", "Mei", "Naomi", "Nora", "Olivia", "Paloma", "Priya", "Rosa", "Sofía", "Tamara",
    "Thuy", "Valentina", "Willa", "Yasmin", "Zoë", "Zuri",
];

#[rustfmt::skip]
pub(crate) const BOYS: [&str; 40] = [
    "Aaron", "Abdi", "Andrés", "Arjun", "Benjamin", "Caleb", "Carlos", "Darius", "Diego", "Elijah", "Emilio",
    "Ezra", "Felix", "Gabriel", "Hector", "Hugo", "Isaac", "Jamal", "Jesús", "José", "Kai", "Khalil", "Levi",
    "Lucas", "Malik", "Mateo", "Miles", "Minh", "Noah", "Omar", "Oscar", "Owen", "Rafael", "Raúl", "Samir",
    "Silas", "Theo", "Tomás", "Wyatt", "Xavier",
];

#[rustfmt::skip]
pub(crate) const ANYBODY: [&str; 8] = [
    "Alex", "Casey", "Jordan", "Morgan", "Quinn", "Riley", "Rowan", "Sage",
];

#[rustfmt::skip]
pub(crate) const LAST: [&str; 72] = [
    "Abara", "Acosta", "Adeyemi", "Alvarez", "Anders", "Ashby", "Avila", "Baird", "Barrera", "Bauer", "Begay",
    "Bright", "Calloway", "Castañeda", "Chavez", "Cho", "Cloud", "Corbin", "D'Angelo", "Dang", "Delgado",
    "Deng", "Dufresne", "Eastman", "Espinoza", "Farrow", "Fernández", "Flores", "Frost", "Garner", "Greenwood",
    "Guerrero", "Haddad", "Hale", "Hassan", "Holloway", "Ibáñez", "Ito", "Jefferson", "Kapoor", "Keller",
    "Kowalski", "Lindqvist", "Lund", "Marsh", "Medina", "Mendoza", "Muñoz", "Nakai", "Ngo", "Nuñez", "O'Hara",
    "O'Neil", "Okafor", "Ortiz", "Park", "Peña", "Pham", "Quist", "Ramos", "Reyes", "Sandoval", "Solís",
    "Steele", "Tran", "Vang", "Vega", "Walker", "Whitehorse", "Yazzie", "Zamora", "Zuniga",
];

#[rustfmt::skip]
pub(crate) const TOWNS: [&str; 36] = [
    "Alder Creek", "Ashford", "Bellwood", "Birch Hollow", "Blue Mesa", "Bright Prairie", "Cedar Bend",
    "Clearwater", "Cold Spring", "Copper Ridge", "Cottonwood", "Crane Lake", "Dry Fork", "Eagle Bluff",
    "Elm Grove", "Fairmeadow", "Fox Hollow", "Garnet", "Granite Pass", "Hawthorn", "Juniper Flats", "Lark Hill",
    "Linden", "Long Pine", "Maple Ford", "Millbrook", "Oak Savanna", "Pine Barrens", "Plum Thicket",
    "Quarry Town", "Red Willow", "Sandhill", "Stonebridge", "Sweetgrass", "Walnut Bottom", "Windmill",
];

#[rustfmt::skip]
pub(crate) const QUARTERS: [&str; 8] = [
    "", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "New ",
];

#[rustfmt::skip]
pub(crate) const SCHOOLS: [&str; 16] = [
    "Central", "North", "South", "East", "West", "Riverside", "Hillcrest", "Lakeview", "Prairie View",
    "Meadowlark", "Sunrise", "Pioneer", "Heritage", "Summit", "Orchard", "Valley",
];

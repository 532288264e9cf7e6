// A workbook of one sheet, as a spreadsheet program would write it: text, and numbers as numbers.
import { crc32 } from "node:zlib";

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function cell(value) {
  return typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
}

const office = "http://schemas.openxmlformats.org";
const main = `${office}/spreadsheetml/2006/main`;
const relations = `${office}/officeDocument/2006/relationships`;
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

function relationship(id, kind, target) {
  const list = `${office}/package/2006/relationships`;
  const only = `<Relationship Id="${id}" Type="${relations}/${kind}" Target="${target}"/>`;
  return `${head}<Relationships xmlns="${list}">${only}</Relationships>`;
}

function parts(rows) {
  const types = `${office}/package/2006/content-types`;
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const sheet = rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("");
  return {
    "[Content_Types].xml":
      `${head}<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`,
    "_rels/.rels": relationship("rId1", "officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml":
      `${head}<workbook xmlns="${main}" xmlns:r="${relations}">` +
      `<sheets><sheet name="Students" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationship("rId1", "worksheet", "worksheets/sheet1.xml"),
    "xl/worksheets/sheet1.xml": `${head}<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  };
}

/** The bytes of a workbook with these rows. */
export function workbook(rows) {
  const files = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts(rows))) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt32LE(crc32(content), 14);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(path.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    header.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    files.push(header, path, content);
    directory.push(entry, path);
    offset += header.length + path.length + content.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, list, end]);
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { childrenOf, escapeXml, parseXml, textOf, type XmlElement } from '../../../registry-app/src/s3/xml.ts'

test('reads elements, their texts and their children', () => {
  const list = parseXml(`<?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Prefix/><IsTruncated>false</IsTruncated>
      <Contents><Key>a</Key><Size>1</Size></Contents><Contents><Key>b</Key></Contents><!-- <Key>none</Key> -->
    </ListBucketResult>`)
  expect(list.name).toBe('ListBucketResult')
  expect(textOf(list, 'Prefix')).toBe('')
  expect(textOf(list, 'IsTruncated')).toBe('false')
  expect(textOf(list, 'KeyCount')).toBeUndefined()
  expect(childrenOf(list, 'Contents').map(each => textOf(each, 'Key'))).toEqual(['a', 'b'])
})

test.each([
  ['<a>&lt;&gt;&amp;&quot;&apos;</a>', '<>&"\''],
  ['<a>&#65;&#x42;&#x1F512;</a>', 'AB🔒'],
  ['<a>&unknown; &#x110000; & </a>', '&unknown; &#x110000; & '],
  ['<a><![CDATA[<b>&amp;</b>]]></a>', '<b>&amp;</b>'],
  ['<ns:a b="c"  >x</ns:a>', 'x'],
])('reads the text of %s', (source, text) => {
  expect(parseXml(source)).toEqual({ name: 'a', text, children: [] })
})

test('expands no entity that a document defines, nor any document type', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
  expect(() => parseXml(bomb)).toThrow('document type')
})

describe('refuses what is not one whole element', () => {
  test.each([
    '',
    '   ',
    'plain text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a',
    '<a><![CDATA[x</a>',
    '<a><!-- x</a>',
    '< a></ a>',
    '<a></a></a>',
  ])('%j', source => {
    expect(() => parseXml(source)).toThrow(SyntaxError)
  })
})

test('gives back whatever was written', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,5}$/)
  const { element } = fc.letrec<{ element: XmlElement }>(tie => ({
    element: fc.record({
      name,
      text: fc.string({ unit: 'grapheme' }),
      children: fc.oneof({ maxDepth: 3 }, fc.constant<XmlElement[]>([]), fc.array(tie('element'), { maxLength: 3 })),
    }),
  }))
  const write = ({ name, text, children }: XmlElement): string => `<${name}>${escapeXml(text)}${children.map(write).join('')}</${name}>`
  fc.assert(
    fc.property(element, each => {
      expect(parseXml(write(each))).toEqual(each)
    }),
  )
})

test('takes whatever it is given for XML or refuses it, and never hangs', () => {
  const soup = fc
    .array(fc.constantFrom('<', '>', '/', '<a>', '</a>', '&', ';', '&amp;', '<![CDATA[', ']]>', '<!--', '-->', '<?', 'x', ' '))
    .map(all => all.join(''))
  const read = (source: string) => {
    try {
      return parseXml(source)
    } catch (error) {
      return error
    }
  }
  fc.assert(
    fc.property(soup, source => {
      const result = read(source)
      expect(result instanceof SyntaxError || typeof (result as XmlElement).name === 'string').toBe(true)
    }),
  )
})

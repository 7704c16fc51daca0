import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asMarkdown, codeCell, codeSpan } from './markdown.ts'

/** What stands outside of code, where Markdown means something. */
function outside(markdown: string): string {
  return markdown.replaceAll(/`[^`]*`/g, '')
}

/** What a reader sees. */
function shown(markdown: string): string {
  return markdown
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part.slice(1, -1) : part.replaceAll(/\\([^a-z\d\s])/gi, '$1')))
    .join('')
}

describe('asMarkdown', () => {
  it.each([
    ['app/web belongs to Helm (release)', 'app/web belongs to Helm \\(release\\)'],
    ['set `data`, or `from-env`', 'set `data`, or `from-env`'],
    ['![pwn](https://x.example/a.png)', '`![pwn](https://x.example/a.png)`'],
    ['belongs to @octocat (x)', 'belongs to `@octocat` \\(x\\)'],
    ['see www.x.example, o/r#12 and #7', 'see `www.x.example,` `o/r#12` and `#7`'],
    ['<img src=x onerror=y>', '`<img` src=x `onerror=y>`'],
    ['**a** _b_ ~c~ # d &amp; $x$ \\', '\\*\\*a\\*\\* \\_b\\_ \\~c\\~ \\# d \\&amp; \\$x\\$ \\\\'],
    ['one\r\n\n# two', 'one \\# two'],
    ['a tick ` alone @x', 'a tick ˋ alone `@x`'],
    ['two `` ticks', 'two ˋˋ ticks'],
    ['- a', '\\- a'],
    ['1. a', '1\\. a'],
  ])('shows %j as it is', (text, markdown) => {
    expect(asMarkdown(text)).toBe(markdown)
  })

  it('lets nothing come alive, and loses nothing, whatever the text', () => {
    const pieces = [
      '![',
      '](',
      '<b>',
      '@octocat',
      '`',
      '``',
      '|',
      '\\',
      '[a](b)',
      'https://x.example',
      'word',
      ' ',
      '\n',
      '*',
      '&lt;',
      '#1',
    ]
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (given) => {
        const markdown = asMarkdown(given)
        expect(markdown).not.toMatch(/[\r\n]/)
        expect((markdown.match(/`/g) ?? []).length % 2).toBe(0)
        expect(outside(markdown)).not.toMatch(/!\[|\]\(|[<>@[\]]|:\/\//)
        const letters = (of: string): string => of.replaceAll(/[\s`ˋ]/g, '')
        expect(letters(shown(markdown))).toBe(letters(given))
      }),
    )
  })
})

describe('codeSpan', () => {
  it('is ended by nothing in it', () => {
    expect(codeSpan('a`b|c')).toBe('`aˋb|c`')
    expect(codeCell('a`b|c')).toBe('`aˋb\\|c`')
  })
})

using System.Globalization;
using System.Text;

namespace GemmaInference.Grammar.Patterns;

/// <summary>
/// Reads regular expressions of ECMA-262 as JSON Schema has them: they may match anywhere in a text unless <c>^</c> and
/// <c>$</c> hold them. What no automaton can tell (looking around or back) is refused, as is what nobody documents.
/// </summary>
internal sealed partial class PatternParser
{
    /// <summary>Bounds how deep groups may lie within groups.</summary>
    private const int MaxDepth = 40;
    private const int MaxLength = 8_192;

    /// <summary>Bounds how often something may be asked for by number.</summary>
    private const int MaxCount = 10_000;

    private readonly int[] _letters;
    private int _at;
    private int _depth;

    private PatternParser(string pattern) => _letters = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>Returns what whole texts have to be.</summary>
    /// <exception cref="PatternException">It can't be read.</exception>
    public static Pattern Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new PatternException($"it has more than {MaxLength} letters");
        }

        var parser = new PatternParser(pattern);
        var whole = parser.Alternatives(isOutermost: true);
        return parser._at == parser._letters.Length ? whole : throw new PatternException("a ')' has no '('");
    }

    private Pattern Alternatives(bool isOutermost)
    {
        var options = new List<Pattern> { Branch(isOutermost) };
        while (Take('|'))
        {
            options.Add(Branch(isOutermost));
        }

        return options.Count == 1 ? options[0] : new Pattern.Choice(options);
    }

    private Pattern Branch(bool isOutermost)
    {
        var parts = new List<Pattern>();
        if (isOutermost && !Take('^'))
        {
            parts.Add(Pattern.Anything);
        }

        while (_at < _letters.Length && _letters[_at] is not ('|' or ')'))
        {
            if (isOutermost && Take('$'))
            {
                return _at == _letters.Length || _letters[_at] == '|'
                    ? new Pattern.Sequence(parts)
                    : throw new PatternException("'$' is supported at the end alone");
            }

            parts.Add(Quantified(Atom()));
        }

        if (isOutermost)
        {
            parts.Add(Pattern.Anything);
        }

        return new Pattern.Sequence(parts);
    }

    private Pattern Quantified(Pattern atom)
    {
        (int Least, int? Most)? counts =
            Take('*') ? (0, null)
            : Take('+') ? (1, null)
            : Take('?') ? (0, 1)
            : Take('{') ? Counts()
            : null;
        if (counts is not var (least, most))
        {
            return atom;
        }

        // What is taken first makes no difference to which texts fit.
        _ = Take('?');
        if (_at < _letters.Length && _letters[_at] is '*' or '+' or '?' or '{')
        {
            throw new PatternException("nothing stands before a quantifier");
        }

        // What has no characters is the same however often it comes.
        return atom.Most == 0 ? atom : new Pattern.Repeat(atom, least, most);
    }

    private (int, int?) Counts()
    {
        var least = Number();
        int? most =
            !Take(',') ? least
            : _at < _letters.Length && _letters[_at] == '}' ? null
            : Number();
        return Take('}') && (most is null || most >= least)
            ? (least, most)
            : throw new PatternException("expected {n}, {n,} or {n,m}; write \\{ for the brace itself");
    }

    private int Number()
    {
        var (value, from) = (0, _at);
        for (; _at < _letters.Length && _letters[_at] is >= '0' and <= '9'; _at++)
        {
            value = (value * 10) + (_letters[_at] - '0');
            if (value > MaxCount)
            {
                throw new PatternException($"it asks for more than {MaxCount} at once");
            }
        }

        return _at > from ? value : throw new PatternException("expected a number; write \\{ for the brace itself");
    }

    private Pattern Atom()
    {
        var letter = _letters[_at++];
        return letter switch
        {
            '(' => Group(),
            '[' => new Pattern.One(new ClassReader(this).Read()),
            '.' => new Pattern.One(CodeRanges.Dot),
            '\\' => new Pattern.One(Escape(isInClass: false)),
            '^' => throw new PatternException("'^' is supported at the beginning alone"),
            '$' => throw new PatternException("'$' is supported at the end alone"),
            '*' or '+' or '?' or '{' => throw new PatternException("nothing stands before a quantifier"),
            _ => new Pattern.One(CodeRanges.Of((letter, letter))),
        };
    }

    private Pattern Group()
    {
        if (++_depth > MaxDepth)
        {
            throw new PatternException($"groups lie more than {MaxDepth} deep");
        }

        if (Take('?') && !Take(':'))
        {
            SkipName();
        }

        var inner = Alternatives(isOutermost: false);
        _depth--;
        return Take(')') ? inner : throw new PatternException("a '(' isn't closed");
    }

    private void SkipName()
    {
        if (!Take('<') || _at == _letters.Length || _letters[_at] is '=' or '!')
        {
            throw new PatternException("looking around and flags aren't supported");
        }

        while (!Take('>'))
        {
            if (++_at > _letters.Length)
            {
                throw new PatternException("a '(' isn't closed");
            }
        }
    }

    private CodeRanges Escape(bool isInClass)
    {
        var letter = _at < _letters.Length ? _letters[_at++] : throw new PatternException("a '\\' stands at the end");
        return letter switch
        {
            'd' => CodeRanges.Digits,
            'D' => CodeRanges.Digits.Others(),
            'w' => CodeRanges.Letters,
            'W' => CodeRanges.Letters.Others(),
            's' => CodeRanges.Space,
            'S' => CodeRanges.Space.Others(),
            'b' when isInClass => Just('\b'),
            'n' => Just('\n'),
            'r' => Just('\r'),
            't' => Just('\t'),
            'v' => Just('\v'),
            'f' => Just('\f'),
            '0' when _at == _letters.Length || _letters[_at] is < '0' or > '9' => Just('\0'),
            'x' => Just(Hex(2)),
            'u' => Just(Unicode()),
            _ when letter is > 127 || !char.IsAsciiLetterOrDigit((char)letter) => Just(letter),
            _ => throw new PatternException($"'\\{(char)letter}' isn't supported"),
        };

        static CodeRanges Just(int code) => CodeRanges.Of((code, code));
    }

    private int Unicode()
    {
        if (Take('{'))
        {
            var from = _at;
            while (_at < _letters.Length && _at - from < 6 && _letters[_at] != '}')
            {
                _at++;
            }

            var code = Parse(from, _at);
            return Take('}') && code <= 0x10FFFF ? code : throw new PatternException("expected \\u{…} of a character");
        }

        var first = Hex(4);
        if (first is < 0xD800 or > 0xDBFF)
        {
            return first;
        }

        var second = Take('\\') && Take('u') ? Hex(4) : 0;
        return second is >= 0xDC00 and <= 0xDFFF
            ? char.ConvertToUtf32((char)first, (char)second)
            : throw new PatternException("half of a character can't be asked for");
    }

    private int Hex(int digits)
    {
        _at += digits;
        return _at <= _letters.Length ? Parse(_at - digits, _at) : throw new PatternException("a '\\' isn't complete");
    }

    private int Parse(int from, int to)
    {
        var text = string.Concat(_letters[from..to].Select(letter => new Rune(letter).ToString()));
        return int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new PatternException("a '\\' isn't followed by hexadecimal digits");
    }

    private bool Take(char letter)
    {
        if (_at == _letters.Length || _letters[_at] != letter)
        {
            return false;
        }

        _at++;
        return true;
    }
}

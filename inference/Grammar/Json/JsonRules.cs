namespace GemmaInference.Grammar.Json;

/// <summary>
/// Draws what is the same in all JSON: whitespace, of which there is little, strings, and values of any kind. Each rule
/// is drawn once, when it is first asked for.
/// </summary>
internal sealed class JsonRules(GrammarBuilder builder, Spelling spelling)
{
    /// <summary>Bounds whitespace between two marks, so that no answer is made of nothing else.</summary>
    private const int MaxSpace = 24;

    private readonly Dictionary<string, int> _drawn = new(StringComparer.Ordinal);
    private int? _space;
    private int? _character;
    private int? _text;
    private int? _value;
    private int? _object;

    public JsonRules(GrammarBuilder builder)
        : this(builder, Spelling.Json) { }

    public GrammarBuilder Builder => builder;

    public Spelling Spelling => spelling;

    /// <summary>Gets the rule of a string of any length.</summary>
    public int Text => _text ??= Strings(0, null);

    /// <summary>Gets the rule of an object of anything.</summary>
    public int AnyObject
    {
        get
        {
            if (_object is null)
            {
                _object = builder.NewNode();
                ObjectRules.Draw(this, _object.Value, [], Value);
            }

            return _object.Value;
        }
    }

    /// <summary>Gets the rule of any value.</summary>
    public int Value
    {
        get
        {
            if (_value is { } known)
            {
                return known;
            }

            var start = builder.NewNode();
            _value = start;
            builder.Skip(start, Text);
            builder.Skip(start, Numbers(NumberRange.Any, isWhole: false));
            foreach (var word in (string[])["true", "false", "null"])
            {
                builder.MarkEnd(builder.Literal(start, word));
            }

            builder.Skip(start, AnyObject);
            var list = builder.NewNode();
            Array(list, start, 0, null);
            builder.Skip(start, list);
            return start;
        }
    }

    /// <summary>Goes through whitespace, or none.</summary>
    public int Space(int from) => spelling.HasSpace ? builder.Call(from, _space ??= DrawSpace()) : from;

    /// <summary>Returns a rule that is drawn once: many properties of a schema are alike.</summary>
    /// <param name="what">Says it in full.</param>
    public int Once(string what, Func<int> draw) =>
        _drawn.TryGetValue(what, out var rule) ? rule : _drawn[what] = draw();

    /// <summary>Returns the rule of numbers; nothing goes through it where none lies within the bounds.</summary>
    public int Numbers(NumberRange range, bool isWhole) =>
        Once($"{(isWhole ? "integers" : "numbers")} {range}", () => NumberRules.Draw(builder, range, isWhole));

    /// <summary>Returns the rule of strings; lengths count characters, as JSON Schema has it.</summary>
    /// <param name="most">Null for no end.</param>
    public int Strings(int least, int? most) => Once($"strings {least} {most}", () => DrawStrings(least, most));

    private int DrawStrings(int least, int? most)
    {
        var start = builder.NewNode();
        var end = builder.NewEnd();
        var at = builder.Literal(start, [spelling.Quote]);
        for (var i = 0; i < least; i++)
        {
            at = builder.Call(at, Character);
        }

        if (most is null)
        {
            spelling.Character(this, at, at);
        }

        for (var i = least; i < most; i++)
        {
            builder.Edge(at, spelling.Quote, spelling.Quote, end);
            at = builder.Call(at, Character);
        }

        builder.Edge(at, spelling.Quote, spelling.Quote, end);
        return start;
    }

    /// <summary>Draws a list between brackets, which ends its rule.</summary>
    /// <param name="most">Null for no end.</param>
    public void Array(int start, int item, int least, int? most) => Array(start, [], item, least, most);

    /// <param name="first">The rules of the first items, in order.</param>
    /// <param name="item">The rule of those that follow.</param>
    /// <param name="most">Null for no end.</param>
    public void Array(int start, IReadOnlyList<int> first, int item, int least, int? most)
    {
        var end = builder.NewEnd();
        var open = Space(builder.Literal(start, "["));
        if (least == 0)
        {
            builder.Edge(open, ']', ']', end);
        }

        var at = open;
        // Without an end the last drawn place is gone through again and again.
        for (var i = 0; i < (most ?? Math.Max(Math.Max(least, first.Count), 1)); i++)
        {
            at = builder.Call(i == 0 ? at : Space(builder.Literal(at, ",")), i < first.Count ? first[i] : item);
            if (i + 1 >= least)
            {
                builder.Edge(Space(at), ']', ']', end);
            }
        }

        if (most is null)
        {
            builder.Call(Space(builder.Literal(at, ",")), item, at);
        }
    }

    /// <summary>Goes through one character of JSON's strings: in UTF-8, or escaped; never half of one.</summary>
    public void Characters(int from, int to)
    {
        Unescaped(from, to);
        var escape = builder.Literal(from, "\\");
        foreach (var letter in "\"\\/bfnrt")
        {
            builder.Edge(escape, letter, letter, to);
        }

        var hex = builder.Literal(escape, "u");
        var (d, other, third, fourth) = (builder.NewNode(), builder.NewNode(), builder.NewNode(), builder.NewNode());
        Hex(hex, '9', 'C', 'c', other);
        builder.Edge(hex, 'E', 'F', other);
        builder.Edge(hex, 'e', 'f', other);
        // Surrogates are left out: the character itself is shorter.
        builder.Edge(hex, 'D', 'D', d);
        builder.Edge(hex, 'd', 'd', d);
        builder.Edge(d, '0', '7', third);
        Hex(other, '9', 'F', 'f', third);
        Hex(third, '9', 'F', 'f', fourth);
        Hex(fourth, '9', 'F', 'f', to);
    }

    /// <summary>Goes through one character that stands for itself.</summary>
    public void Unescaped(int from, int to)
    {
        builder.Edge(from, 0x20, 0x21, to);
        builder.Edge(from, 0x23, 0x5B, to);
        builder.Edge(from, 0x5D, 0x7F, to);
        Beyond(from, to);
    }

    /// <summary>Goes through one character beyond ASCII (The Unicode Standard, table 3-7).</summary>
    public void Beyond(int from, int to)
    {
        var (one, two) = (builder.NewNode(), builder.NewNode());
        builder.Edge(one, 0x80, 0xBF, to);
        builder.Edge(two, 0x80, 0xBF, one);
        builder.Edge(from, 0xC2, 0xDF, one);
        Lead(0xE0, 0xA0, 0xBF, one);
        builder.Edge(from, 0xE1, 0xEC, two);
        Lead(0xED, 0x80, 0x9F, one);
        builder.Edge(from, 0xEE, 0xEF, two);
        Lead(0xF0, 0x90, 0xBF, two);
        var three = builder.NewNode();
        builder.Edge(from, 0xF1, 0xF3, three);
        builder.Edge(three, 0x80, 0xBF, two);
        Lead(0xF4, 0x80, 0x8F, two);

        void Lead(int first, int low, int high, int next)
        {
            var node = builder.NewNode();
            builder.Edge(from, first, first, node);
            builder.Edge(node, low, high, next);
        }
    }

    private int Character
    {
        get
        {
            if (_character is null)
            {
                _character = builder.NewNode();
                spelling.Character(this, _character.Value, builder.NewEnd());
            }

            return _character.Value;
        }
    }

    private int DrawSpace()
    {
        var start = builder.NewEnd();
        for (var (at, i) = (start, 0); i < MaxSpace; i++)
        {
            var next = builder.NewEnd();
            foreach (var letter in " \n\t\r")
            {
                builder.Edge(at, letter, letter, next);
            }

            at = next;
        }

        return start;
    }

    private void Hex(int from, char digit, char upper, char lower, int to)
    {
        builder.Edge(from, '0', digit, to);
        builder.Edge(from, 'A', upper, to);
        builder.Edge(from, 'a', lower, to);
    }
}

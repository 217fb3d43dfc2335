using System.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>
/// Draws calls of functions as Google's documentation of Gemma has them, which has no tokens of its own for calls:
/// <c>{"name": …, "parameters": {…}}</c>, or a list of these. What is no call is any text: it is left alone up to the
/// name of a function, and what began like a call with its name goes on as one to its end.
/// </summary>
internal sealed class ToolGrammar(GrammarBuilder builder, IReadOnlyList<ToolSchema> tools, int most) : ICallGrammar
{
    private readonly JsonRules _rules = new(builder);

    /// <summary>Returns the rule of one call, or of a list of up to as many as may be.</summary>
    /// <exception cref="SchemaException">A function's schema can't be compiled.</exception>
    public int Calls()
    {
        var start = builder.NewNode();
        var call = Call(Arguments());
        builder.Skip(start, call);
        if (most > 1)
        {
            var list = builder.NewNode();
            builder.Skip(start, list);
            _rules.Array(list, call, 1, most);
        }

        return start;
    }

    /// <summary>Returns the rule of calls, and of all texts that aren't.</summary>
    /// <exception cref="SchemaException">A function's schema can't be compiled.</exception>
    public int CallsOrText()
    {
        var arguments = Arguments();
        var call = Call(arguments);
        var end = builder.NewEnd();
        var start = Watched();
        var (alone, listed) = (Watched(), Watched());
        Named(alone, arguments, end);

        // Within a list more calls may follow the first.
        var after = builder.NewNode();
        Named(Watch(listed, isSpaced: true, ('{', null)), arguments, after);
        var at = after;
        for (var i = 1; i < most; i++)
        {
            builder.Edge(_rules.Space(at), ']', ']', end);
            at = builder.Call(_rules.Space(builder.Literal(at, ",")), call);
        }

        builder.Edge(_rules.Space(at), ']', ']', end);
        Begin(start, alone, listed, Fence(alone, listed));
        return start;
    }

    /// <summary>Draws what a text begins with: an object, a list, or a block of code that holds one.</summary>
    private void Begin(int from, int alone, int listed, int? fence)
    {
        Watch(
            from,
            isSpaced: true,
            fence is { } block ? [('{', alone), ('[', listed), ('`', block)] : [('{', alone), ('[', listed)]
        );
    }

    /// <summary>Draws the rest of a line such as <c>```json</c>, and what comes after it.</summary>
    private int Fence(int alone, int listed)
    {
        var (second, inside) = (Watched(), Watched());
        var third = Watch(Watch(second, isSpaced: false, ('`', null)), isSpaced: false, ('`', null));
        var (json, code, line) = (Watched(), Watched(), Watched());
        Watch(third, isSpaced: false, ('j', json), ('t', code), ('\n', inside));
        Watch(Word(json, "son"), isSpaced: false, ('\n', inside));
        Watch(Word(code, "ool_code"), isSpaced: false, ('\n', inside));
        Watch(line, isSpaced: false, ('\n', inside));
        Begin(inside, alone, listed, fence: null);
        return second;
    }

    /// <summary>Goes from behind a brace to a function's name, and then through its call.</summary>
    private void Named(int from, int[] arguments, int end)
    {
        var key = Word(Watch(from, isSpaced: true, ('"', null)), "name\"");
        var value = Watch(Watch(key, isSpaced: true, (':', null)), isSpaced: true, ('"', null));
        var names = tools.Select((tool, index) => (Name: Encoding.ASCII.GetBytes(tool.Name), Rule: arguments[index]));
        Spell(value, [.. names], 0);

        void Spell(int at, List<(byte[] Name, int Rule)> left, int depth)
        {
            var next = new List<(char, int?)>();
            foreach (var group in left.Where(tool => tool.Name.Length > depth).GroupBy(tool => tool.Name[depth]))
            {
                var node = Watched();
                next.Add(((char)group.Key, node));
                Spell(node, [.. group], depth + 1);
            }

            foreach (var (name, rule) in left.Where(tool => tool.Name.Length == depth))
            {
                var quoted = builder.NewNode();
                next.Add(('"', quoted));
                Rest(quoted, rule, end);
            }

            Watch(at, isSpaced: false, [.. next]);
        }
    }

    /// <summary>Draws a call's rule.</summary>
    private int Call(int[] arguments)
    {
        var start = builder.NewNode();
        var end = builder.NewEnd();
        var key = _rules.Space(builder.Literal(start, "{"));
        var value = _rules.Space(builder.Literal(_rules.Space(builder.Literal(key, "\"name\"")), ":"));
        foreach (var (index, tool) in tools.Index())
        {
            Rest(builder.Literal(value, ObjectRules.Quote(tool.Name)), arguments[index], end);
        }

        return start;
    }

    /// <summary>Draws a call from behind the function's name on.</summary>
    private void Rest(int from, int arguments, int end)
    {
        var key = builder.Literal(_rules.Space(builder.Literal(_rules.Space(from), ",")), "\"parameters\"");
        var value = _rules.Space(builder.Literal(_rules.Space(key), ":"));
        builder.Edge(_rules.Space(builder.Call(value, arguments)), '}', '}', end);
    }

    private int[] Arguments() =>
        [
            .. tools.Select(tool =>
                tool.Parameters is { } schema
                    ? new SchemaCompiler(_rules, new SchemaNode(schema, tool.Path), !tool.IsStrict).Compile()
                    : _rules.AnyObject
            ),
        ];

    /// <summary>Makes a place at which a text may end.</summary>
    private int Watched() => builder.NewEnd();

    private int Word(int from, string word)
    {
        foreach (var letter in word)
        {
            from = Watch(from, isSpaced: false, (letter, null));
        }

        return from;
    }

    /// <summary>Goes on by the expected letters; by each other one the text is no call, and all may follow.</summary>
    /// <param name="isSpaced">Whether whitespace leaves everything open.</param>
    /// <param name="expected">Each with where it leads; null for a new place.</param>
    /// <returns>Where the first one leads.</returns>
    private int Watch(int from, bool isSpaced, params (char Letter, int? To)[] expected)
    {
        var taken = new SortedDictionary<int, int>();
        foreach (var (letter, to) in expected)
        {
            taken[letter] = to ?? Watched();
        }

        foreach (var letter in isSpaced ? " \n\t\r" : "")
        {
            taken[letter] = from;
        }

        var low = 0;
        foreach (var (letter, to) in taken)
        {
            builder.Edge(from, letter, letter, to);
            if (low < letter)
            {
                builder.Edge(from, low, letter - 1, builder.Free());
            }

            low = letter + 1;
        }

        builder.Edge(from, low, 255, builder.Free());
        return expected.Length == 0 ? from : taken[expected[0].Letter];
    }
}

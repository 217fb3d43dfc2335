using System.Text;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws names of properties that aren't listed.</summary>
internal static class NameRules
{
    /// <summary>
    /// Draws a name that is none of the listed ones: letter by letter along them, and away from them. It has no
    /// escapes, by which a listed name could be spelt otherwise. Returns where it goes on, the name's end gone through.
    /// </summary>
    public static int Other(JsonRules rules, int from, IReadOnlyList<string> listed)
    {
        var (builder, spelling) = (rules.Builder, rules.Spelling);
        var end = builder.NewNode();
        var away = builder.NewNode();
        Plain(away, 0, 0x7F);
        Wide(away);
        builder.Edge(away, spelling.NameEnd, spelling.NameEnd, end);
        var start = spelling.NameStart is { } quote ? builder.Literal(from, [quote]) : from;
        Along(start, [.. listed.Select(name => Encoding.UTF8.GetBytes(name))], 0);
        return end;

        void Along(int at, List<byte[]> left, int depth)
        {
            // A name of no letters stands only where it has a beginning of its own.
            if ((depth > 0 || spelling.NameStart is not null) && left.TrueForAll(name => name.Length != depth))
            {
                builder.Edge(at, spelling.NameEnd, spelling.NameEnd, end);
            }

            var next = left.Where(name => name.Length > depth).GroupBy(name => name[depth]).ToList();
            var low = 0;
            foreach (
                var letter in next.Select(group => (int)group.Key).Where(letter => letter < 0x80).Append(0x80).Order()
            )
            {
                Plain(at, low, letter - 1);
                low = letter + 1;
            }

            // A listed name that goes on beyond ASCII is left alone: no other name does so here.
            if (next.TrueForAll(group => group.Key < 0x80))
            {
                Wide(at);
            }

            foreach (var group in next.Where(group => group.Key < 0x80 && spelling.IsNameLetter((char)group.Key)))
            {
                Along(builder.Literal(at, [group.Key]), [.. group], depth + 1);
            }
        }

        void Wide(int at)
        {
            if (spelling.HasWideNames)
            {
                rules.Beyond(at, away);
            }
        }

        void Plain(int at, int low, int high)
        {
            for (var (letter, first) = (low, -1); letter <= high + 1; letter++)
            {
                var fits = letter <= high && spelling.IsNameLetter((char)letter);
                if (fits && first < 0)
                {
                    first = letter;
                }
                else if (!fits && first >= 0)
                {
                    builder.Edge(at, first, letter - 1, away);
                    first = -1;
                }
            }
        }
    }
}

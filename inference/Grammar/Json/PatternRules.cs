using System.Text;
using GemmaInference.Grammar.Patterns;

namespace GemmaInference.Grammar.Json;

/// <summary>Draws the texts of patterns, character by character in the spelling of a string.</summary>
internal sealed class PatternRules(JsonRules rules)
{
    private const int Wide = 0x80;
    private readonly Dictionary<CodeRanges, int> _drawn = [];

    private GrammarBuilder Builder => rules.Builder;

    /// <summary>Returns the rule of strings whose texts fit.</summary>
    public int Strings(Pattern pattern)
    {
        var (start, quote) = (Builder.NewNode(), rules.Spelling.Quote);
        var text = Draw(pattern, Builder.Literal(start, [quote]));
        Builder.Edge(text, quote, quote, Builder.NewEnd());
        return start;
    }

    /// <summary>Goes through a text; returns where it goes on.</summary>
    private int Draw(Pattern pattern, int from)
    {
        switch (pattern)
        {
            case Pattern.One one:
                var to = Builder.NewNode();
                Draw(one.Characters, from, to);
                return to;
            case Pattern.Sequence sequence:
                return sequence.Parts.Aggregate(from, (at, part) => Draw(part, at));
            case Pattern.Choice choice:
                var end = Builder.NewNode();
                foreach (var option in choice.Options)
                {
                    var own = Builder.NewNode();
                    Builder.Skip(from, own);
                    Builder.Skip(Draw(option, own), end);
                }

                return end;
            default:
                return Repeat((Pattern.Repeat)pattern, from);
        }
    }

    private int Repeat(Pattern.Repeat repeat, int from)
    {
        for (var i = 0; i < repeat.Count; i++)
        {
            from = Draw(repeat.Part, from);
        }

        if (repeat.End is not { } most)
        {
            var loop = Builder.NewNode();
            Builder.Skip(from, loop);
            Builder.Skip(Draw(repeat.Part, loop), loop);
            return loop;
        }

        var end = Builder.NewNode();
        for (var i = repeat.Count; i < most; i++)
        {
            Builder.Skip(from, end);
            from = Draw(repeat.Part, from);
        }

        Builder.Skip(from, end);
        return end;
    }

    /// <summary>Goes through one of some characters; those that need more than an edge or two are drawn once.</summary>
    private void Draw(CodeRanges characters, int from, int to)
    {
        if (ReferenceEquals(characters, CodeRanges.Any))
        {
            rules.Spelling.Character(rules, from, to);
            return;
        }

        if (characters.Ranges.All(range => range.High < Wide))
        {
            Letters(characters, from, to);
            return;
        }

        if (!_drawn.TryGetValue(characters, out var rule))
        {
            _drawn[characters] = rule = Builder.NewNode();
            var end = Builder.NewEnd();
            Letters(characters, rule, end);
            foreach (var (low, high) in characters.Ranges.Where(range => range.High >= Wide))
            {
                WideLetters(rule, Math.Max(low, Wide), high, end);
            }
        }

        Builder.Call(from, rule, to);
    }

    private void Letters(CodeRanges characters, int from, int to)
    {
        foreach (var (low, high) in characters.Ranges.Where(range => range.Low < Wide))
        {
            var first = -1;
            for (var letter = low; letter <= Math.Min(high, Wide - 1) + 1; letter++)
            {
                var isInside = letter <= Math.Min(high, Wide - 1);
                var isRaw = isInside && rules.Spelling.IsRaw((char)letter);
                if (isRaw && first < 0)
                {
                    first = letter;
                }
                else if (!isRaw && first >= 0)
                {
                    Builder.Edge(from, first, letter - 1, to);
                    first = -1;
                }

                if (isInside && !isRaw)
                {
                    rules.Spelling.Ascii(Builder, from, (char)letter, to);
                }
            }
        }
    }

    private void WideLetters(int from, int low, int high, int to)
    {
        if (low == Wide && high == 0x10FFFF)
        {
            rules.Beyond(from, to);
            return;
        }

        // Each part has encodings of one length.
        foreach (var last in (int[])[0x7FF, 0xFFFF, 0x10FFFF])
        {
            if (low <= Math.Min(high, last))
            {
                Between(from, Bytes(low), Bytes(Math.Min(high, last)), to);
                low = last + 1;
            }
        }
    }

    /// <summary>Draws the encodings from one to another of the same length.</summary>
    private void Between(int from, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, int to)
    {
        if (low.Length == 1)
        {
            Builder.Edge(from, low[0], high[0], to);
            return;
        }

        var (first, last) = (low[0], high[0]);
        if (first == last)
        {
            Between(Builder.Literal(from, low[..1]), low[1..], high[1..], to);
            return;
        }

        var (lowest, highest) = (Filled(low.Length - 1, 0x80), Filled(low.Length - 1, 0xBF));
        if (!low[1..].SequenceEqual(lowest))
        {
            Between(Builder.Literal(from, low[..1]), low[1..], highest, to);
            first++;
        }

        if (!high[1..].SequenceEqual(highest))
        {
            Between(Builder.Literal(from, high[..1]), lowest, high[1..], to);
            last--;
        }

        if (first <= last)
        {
            var next = Builder.NewNode();
            Builder.Edge(from, first, last, next);
            Between(next, lowest, highest, to);
        }
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(int code) => Encoding.UTF8.GetBytes(new Rune(code).ToString());
}

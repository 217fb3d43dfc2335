namespace GemmaInference.Grammar.Patterns;

/// <content>Reads sets of characters.</content>
internal sealed partial class PatternParser
{
    /// <summary>Reads what stands between square brackets.</summary>
    private readonly struct ClassReader(PatternParser parser)
    {
        private bool IsRange =>
            parser._at + 1 < parser._letters.Length
            && parser._letters[parser._at] == '-'
            && parser._letters[parser._at + 1] != ']';

        public CodeRanges Read()
        {
            var isNegated = parser.Take('^');
            var ranges = new List<(int, int)>();
            while (!parser.Take(']'))
            {
                var first = Next();
                if (IsRange)
                {
                    parser._at++;
                    var (low, high) = (Single(first), Single(Next()));
                    ranges.Add(low <= high ? (low, high) : throw new PatternException("a range in [] goes backwards"));
                    continue;
                }

                ranges.AddRange(first.Ranges);
            }

            var all = CodeRanges.Of(ranges);
            return isNegated ? all.Others() : all;
        }

        private static int Single(CodeRanges ranges) =>
            ranges.Ranges is [var one] && one.Low == one.High
                ? one.Low
                : throw new PatternException("a range in [] goes from one character to another");

        private CodeRanges Next()
        {
            if (parser._at == parser._letters.Length)
            {
                throw new PatternException("a '[' isn't closed");
            }

            var letter = parser._letters[parser._at++];
            return letter == '\\' ? parser.Escape(isInClass: true) : CodeRanges.Of((letter, letter));
        }
    }
}

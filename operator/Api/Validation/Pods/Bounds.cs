using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks the schema's bounds where what they bound is looked at anyway.</summary>
internal static class Bounds
{
    public const int NameLength = 253;
    public const int KeyLength = 317;
    public const int ValueLength = 63;
    public const int PathLength = 255;

    extension(Findings findings)
    {
        /// <summary>Reports a text that is empty, too long (in code points), or not what it has to be.</summary>
        public void Text(string path, string? text, int most, Regex syntax, string what, string remedy)
        {
            if (text is null || Length(text, most) > most)
            {
                findings.Add(path, $"it has {Length(text ?? "", most)} characters", $"write 1 to {most}");
            }
            else
            {
                findings.Match(path, text, syntax, what, remedy);
            }
        }

        /// <summary>Reports a text that is too long (in code points).</summary>
        public void AtMost(string path, string? text, int most)
        {
            if (Length(text ?? "", most) is var length && length > most)
            {
                findings.Add(path, $"it has {length} characters", $"write at most {most}");
            }
        }

        /// <summary>Reports a list or a map with too many entries.</summary>
        public void Most(string path, int? count, int most)
        {
            if (count > most)
            {
                findings.Add(path, $"it has {count} entries", $"list at most {most}");
            }
        }

        /// <summary>Reports a number out of its range; null is none.</summary>
        public void Range(string path, int? number, int least, int most)
        {
            if (number < least || number > most)
            {
                findings.Add(path, $"{number} is out of range", $"choose {least} to {most}");
            }
        }

        /// <summary>Reports what can't be the name of an object.</summary>
        public void ObjectName(string path, string? name, string what, int most = NameLength) =>
            findings.Text(
                path,
                name,
                most,
                Syntax.ObjectName(),
                $"the name of {what}",
                $"use lower-case letters, digits, - and ., at most {most}"
            );

        /// <summary>Reports what can't be the key of a label.</summary>
        public void LabelKey(string path, string? key) =>
            findings.Text(path, key, KeyLength, Syntax.LabelKey(), "a label's key", "write name or example.com/name");

        /// <summary>Reports what isn't a label's value.</summary>
        public void LabelValue(string path, string? value) =>
            findings.Text(
                path,
                value,
                ValueLength,
                Syntax.LabelValue(),
                "a label's value",
                "use at most 63 letters, digits, -, _ and ."
            );

        /// <summary>Reports more or less than one of what excludes each other.</summary>
        public void One(string path, string what, params IReadOnlyList<(string Name, bool IsGiven)> choices)
        {
            var given = choices.Where(c => c.IsGiven).Select(c => c.Name).ToList();
            if (given.Count != 1)
            {
                findings.Add(
                    path,
                    given.Count == 0 ? "it has no source" : $"it has {string.Join(" and ", given)}",
                    $"give {what} exactly one of "
                        + $"{string.Join(", ", choices.SkipLast(1).Select(c => c.Name))} and {choices[^1].Name}"
                );
            }
        }
    }

    /// <summary>Counts code points where it matters, as the API server does.</summary>
    private static int Length(string text, int most) =>
        text.Length > most ? text.EnumerateRunes().Count() : text.Length;
}

using System.Text;

namespace GemmaOperator.Text;

/// <summary>Quotes one value for ENV, LABEL and ARG instructions.</summary>
internal static class DockerfileWord
{
    /// <summary>
    /// Writes the value in double quotes. Of all characters only <c>\</c>, <c>"</c> and <c>$</c> mean something there,
    /// and a backslash takes that away (moby/buildkit, frontend/dockerfile/shell/lex.go, which Kaniko uses too). The
    /// word ends in a quote, so that a value's last backslash can't continue the line.
    /// </summary>
    /// <exception cref="ArgumentException">The value holds a control character or a line separator.</exception>
    public static string Quote(string value)
    {
        if (UntrustedText.HasControl(value))
        {
            throw new ArgumentException("a control character can't be part of a Dockerfile word", nameof(value));
        }

        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            if (c is '\\' or '"' or '$')
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}

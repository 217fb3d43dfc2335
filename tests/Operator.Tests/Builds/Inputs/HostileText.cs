using CsCheck;

namespace Operator.Tests.Builds.Inputs;

/// <summary>Generates what an attacker, or a typing error, would put into a spec.</summary>
internal static class HostileText
{
    /// <summary>
    /// Characters that mean something to a shell, a Dockerfile, pip, apt or Kubernetes, and pieces that attack them.
    /// </summary>
    public static readonly Gen<string> Nasty = Gen.OneOf(
        Gen.OneOf(
            "\n",
            "\r\n",
            "\r",
            "\\",
            "\\\n",
            "'",
            "\"",
            "$",
            "$(id)",
            "${IFS}",
            "$(POD)",
            "`id`",
            ";",
            "&&",
            "|",
            "#",
            " #",
            "\t",
            " ",
            "<<EOF",
            "\0",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "\ud800",
            "RUN id",
            "\nRUN id",
            "\nUSER 0",
            "FROM scratch",
            "--",
            "-",
            "--index-url=x",
            "=",
            "*",
            "{}",
            "[\"a\"]",
            "git+https://x",
            "@",
            "root",
            "0",
            "é",
            "漢",
            "😀",
            "%",
            "!",
            "~",
            "a",
            "curl",
            "==1",
            "-e .",
            "-r x",
            ";python_version>'3'",
            "--hash=sha256:"
        ),
        Gen.String[Gen.Char["abz019._-+:=/\\'\"$;`&|<>(){}[]#!~*? \t\n"], 0, 6]
    );

    public static readonly Gen<string> Text = Nasty.List[0, 5].Select(string.Concat);

    public static readonly Gen<string> Package = Gen.OneOf(
        Text,
        Gen.Select(Gen.OneOf("curl", "git", "g++", "libc6"), Text, (name, rest) => name + rest),
        Gen.Select(
            Gen.String[Gen.Char["abz09+.-"], 1, 8],
            Gen.String[Gen.Char["AZ09.+:~-"], 0, 5],
            (n, v) => v.Length > 0 ? $"{n}={v}" : n
        )
    );

    public static readonly Gen<string> Requirement = Gen.OneOf(
        Text,
        Gen.Select(
            Gen.OneOf("numpy", "ruamel.yaml", "torch[x]"),
            Gen.OneOf("==1.0", ">=1,<2", "~=1.2", ""),
            Text,
            (n, v, rest) => n + v + rest
        )
    );
}

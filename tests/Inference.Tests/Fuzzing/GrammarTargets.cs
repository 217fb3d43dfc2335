using GemmaInference.Api.Calls;
using GemmaInference.Grammar.Patterns;
using GemmaInference.Text.Templates;
using Tests.Shared.Fuzzing;

namespace Inference.Tests.Fuzzing;

/// <summary>What clients ask of strings, what checkpoints say of chats, and what models write of calls.</summary>
internal static class GrammarTargets
{
    private static readonly string Scratch = Directory.CreateTempSubdirectory("fuzz-templates-").FullName;

    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "pattern",
            text =>
            {
                try
                {
                    return $"read {PatternParser.Parse(text).Least > 0}";
                }
                catch (PatternException cause)
                {
                    return cause.Message;
                }
            },
            "^[A-Z]{2}-\\d{3,5}(?:a|b+?)*\\u{1F600}[^\\x00-\\x1f\\s-]$",
            "a|^b$|(?<n>c){0,2}\\uD83D\\uDE00\\/"
        ) with
        {
            Words = ["(?=", "[^]", "{10000}", "\\u", "\\x", "(?:", "\\b", "-]", "{,"],
        },
        FuzzTarget.OfText(
            "template",
            text =>
            {
                File.WriteAllText(Path.Combine(Scratch, "tokenizer_config.json"), text);
                return FuzzTests.Judged(() =>
                    TemplateFile.Read(Scratch) is { } source ? TemplateDigest.Of(source.Text).Length : 0
                );
            },
            """{"chat_template":"{{ bos_token }}\n{%- for m in messages -%}{# x #}{{ '<start_of_turn>' + m['role'] }}\n{%- endfor %}"}""",
            """{"chat_template":[{"name":"default","template":"{% if x %}'{{ \"a\\n\" }}{% endif %}"}]}"""
        ) with
        {
            Words = ["{{", "}}", "{%-", "-%}", "{#", "#}", "\\\"", "'", "{%+"],
            Share = 0.25,
        },
        FuzzTarget.OfText(
            "call-arguments",
            text =>
            {
                var arguments = new CallArguments();
                var parts = text.Split('§');
                var json = string.Concat(
                    parts.Select((part, index) => (index > 0 ? arguments.Quote() : "") + arguments.Push(part))
                );
                return $"{arguments.IsWhole} {json.Length > 0}";
            },
            "{a:§x§,b:[1,{c:null}],§d e§:true}"
        ) with
        {
            Words = ["§", "{", "}", "[", "]", ",", ":"],
        },
    ];
}

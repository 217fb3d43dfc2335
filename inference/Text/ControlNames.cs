using System.Text.RegularExpressions;

namespace GemmaInference.Text;

/// <summary>
/// Knows the names of control tokens. Gemma's vocabularies hold control tokens and mark-up such as <c>&lt;h1&gt;</c>
/// alike as user-defined pieces; only their names tell them apart (names: the added tokens of Gemma 1 to 4 on the hub).
/// </summary>
internal static partial class ControlNames
{
    public static bool Match(string piece) => Names().IsMatch(piece);

    [GeneratedRegex(
        "^(<(pad|eos|bos|unk|mask|start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token|"
            + "2mass|unused[0-9]+)>|\\[(multimodal|@BOS@)\\]|"
            + "<\\|(turn|channel|tool|tool_call|tool_response|image|audio|think|video|\")(\\||)>|"
            + "<(turn|channel|tool|tool_call|tool_response|image|audio)\\|>)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Names();
}

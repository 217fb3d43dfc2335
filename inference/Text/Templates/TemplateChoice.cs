using GemmaInference.Model;
using GemmaInference.Native;

namespace GemmaInference.Text.Templates;

/// <summary>
/// Decides how a checkpoint's conversations are laid out. Its own template is compared with those that are known, and
/// one that isn't is refused: another prompt than it asks for would be answered somehow, and nobody would notice.
/// </summary>
/// <param name="Layout">Null where there are to be no conversations.</param>
/// <param name="Note">What the log is to say; null for nothing.</param>
internal sealed record TemplateChoice(ChatLayout? Layout, string? Note = null)
{
    /// <summary>Names the setting.</summary>
    public const string Setting = "CHAT_TEMPLATE";

    private const int Shown = 12;

    private static readonly Dictionary<string, TemplateWish> Names = new(StringComparer.Ordinal)
    {
        ["auto"] = TemplateWish.Auto,
        ["none"] = TemplateWish.None,
        ["gemma"] = TemplateWish.Gemma,
        ["gemma3"] = TemplateWish.Gemma3,
        ["gemma4"] = TemplateWish.Gemma4,
        ["gemma4-empty-thought"] = TemplateWish.Gemma4EmptyThought,
    };

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InferenceException">It names no template.</exception>
    public static TemplateWish Parse(string name) =>
        Names.TryGetValue(name, out var wish)
            ? wish
            : throw new InferenceException(Setting, $"expected {string.Join(", ", Names.Keys)}, found '{name}'");

    /// <param name="source">The checkpoint's own template; null where it has none.</param>
    /// <exception cref="InferenceException">The template isn't known.</exception>
    public static TemplateChoice Decide(TemplateWish wish, Generation generation, TemplateSource? source)
    {
        if (wish == TemplateWish.None)
        {
            return new TemplateChoice((ChatLayout?)null);
        }

        if (Wanted(wish) is { } wanted)
        {
            return new TemplateChoice(wanted);
        }

        if (source is null)
        {
            return new TemplateChoice(ChatLayout.Of(generation));
        }

        var digest = TemplateDigest.Of(source.Text);
        if (KnownTemplates.Find(digest) is { } known)
        {
            return new TemplateChoice(OfText(known, source.Text));
        }

        // Gemma 4's is revised every few weeks, and what is asked of it here can be seen in each of them.
        return generation == Generation.Gemma4 && HasTurns(source.Text)
            ? new TemplateChoice(
                OfText(Generation.Gemma4, source.Text),
                $"{source.Path} has a chat template (sha256 {digest[..Shown]}) that isn't known; it has Gemma 4's "
                    + $"turns, and chats are laid out so. {Setting}=gemma4 or gemma4-empty-thought says that it's right"
            )
            : throw new InferenceException(
                Setting,
                $"{source.Path} has a template (sha256 {digest[..Shown]}) that this server doesn't know and can't "
                    + "render; gemma, gemma3 or gemma4 lays chats out so all the same, none serves completions alone"
            );
    }

    private static ChatLayout? Wanted(TemplateWish wish) =>
        wish switch
        {
            TemplateWish.Gemma => ChatLayout.Of(Generation.Gemma2),
            TemplateWish.Gemma3 => ChatLayout.Of(Generation.Gemma3),
            TemplateWish.Gemma4 => ChatLayout.Of(Generation.Gemma4),
            TemplateWish.Gemma4EmptyThought => ChatLayout.Of(Generation.Gemma4) with { HasEmptyThought = true },
            _ => null,
        };

    private static bool HasTurns(string text) => Has(text, TurnTokens.Gemma4.Start) && Has(text, TurnTokens.Gemma4.End);

    /// <summary>Finds what the templates of a generation differ in.</summary>
    private static ChatLayout OfText(Generation generation, string text) =>
        generation < Generation.Gemma4
            ? ChatLayout.Of(generation)
            : new ChatLayout(generation)
            {
                HasEmptyThought = Has(text, $"{TurnTokens.ChannelStart}thought\\n{TurnTokens.ChannelEnd}"),
                BreaksAfterThink = Has(text, $"{TurnTokens.Think}\\n"),
                HasCalls = Has(text, $"{TurnTokens.CallStart}call:") && Has(text, "declaration:"),
                HasThoughts = Has(text, TurnTokens.Think),
            };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}

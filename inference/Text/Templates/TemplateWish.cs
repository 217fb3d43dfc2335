namespace GemmaInference.Text.Templates;

/// <summary>Says by which template whoever runs the server wants conversations laid out.</summary>
internal enum TemplateWish
{
    /// <summary>By the checkpoint's own, which has to be known.</summary>
    Auto,

    /// <summary>By none: completions alone are served.</summary>
    None,

    /// <summary>By that of Gemma 1 and 2.</summary>
    Gemma,
    Gemma3,

    /// <summary>By that of Gemma 4's small models.</summary>
    Gemma4,

    /// <summary>By that of Gemma 4's large models, whose answers begin with a thought of nothing.</summary>
    Gemma4EmptyThought,
}

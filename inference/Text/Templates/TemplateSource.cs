namespace GemmaInference.Text.Templates;

/// <summary>Holds a checkpoint's own chat template.</summary>
/// <param name="Path">The file that has it.</param>
/// <param name="Text">The template, in Jinja's language.</param>
internal sealed record TemplateSource(string Path, string Text);

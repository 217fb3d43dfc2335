namespace GemmaInference.Model;

/// <summary>Rotary settings in both spellings of <c>config.json</c>.</summary>
internal static class RopeReader
{
    private const double LocalTheta = 10_000;

    /// <returns>The settings of full layers and of sliding ones.</returns>
    public static (RopeSettings Global, RopeSettings Local) Read(ConfigFields text, Generation generation)
    {
        var theta = generation == Generation.Gemma3 ? 1_000_000 : LocalTheta;
        if (text.Nested("rope_parameters") is { } parameters)
        {
            var full = One(parameters.Nested("full_attention") ?? parameters, text.Positive(theta, "rope_theta"));
            return (full, parameters.Nested("sliding_attention") is { } sliding ? One(sliding, LocalTheta)
                : generation == Generation.Gemma3 ? Local(text) : full);
        }

        var global = text.Nested("rope_scaling") is { } scaling
            ? One(scaling, text.Positive(theta, "rope_theta"))
            : new RopeSettings(text.Positive(theta, "rope_theta"), 1);
        return (global, generation == Generation.Gemma3 ? Local(text) : global);
    }

    private static RopeSettings Local(ConfigFields text) => new(text.Positive(LocalTheta, "rope_local_base_freq"), 1);

    private static RopeSettings One(ConfigFields rope, double theta)
    {
        var type = rope.Text("rope_type", "type") ?? "default";
        if (rope.Positive(1, "partial_rotary_factor") is not 1.0)
            throw rope.Refuse("partial_rotary_factor", "only whole heads are rotated");
        return type switch
        {
            "default" => new RopeSettings(rope.Positive(theta, "rope_theta"), 1),
            "linear" => new RopeSettings(rope.Positive(theta, "rope_theta"), rope.Positive(1, "factor")),
            _ => throw rope.Refuse("rope_type", $"'{type}' is not supported; expected default or linear"),
        };
    }
}

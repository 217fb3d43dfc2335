using GemmaInference.Model.Fields;
using GemmaInference.Native;

namespace GemmaInference.Model.Embedding;

/// <summary>Says where a dense layer lies, and what goes through it.</summary>
/// <param name="Folder">With its weights, <c>linear.weight</c> of [outputs, inputs].</param>
internal sealed record DenseModule(string Folder, int Inputs, int Outputs)
{
    private const string Identity = "torch.nn.modules.linear.Identity";

    /// <exception cref="InferenceException">
    /// The file is missing, malformed or asks for what isn't done here.
    /// </exception>
    public static DenseModule Read(string directory, string folder)
    {
        var path = Path.Combine(directory, folder, "config.json");
        return SentenceModules.Parse(
            path,
            root =>
            {
                var fields = new ConfigFields(root, path);
                if (fields.Flag("bias", true))
                {
                    throw fields.Refuse("bias", "biases are not supported");
                }

                if (fields.Text("activation_function") is var activation && activation != Identity)
                {
                    throw fields.Refuse("activation_function", $"'{activation}' is not supported; expected {Identity}");
                }

                return new DenseModule(Path.Combine(directory, folder), Needed("in_features"), Needed("out_features"));

                int Needed(string name) =>
                    fields.Has(name) ? fields.PositiveInt(1, name) : throw fields.Refuse(name, "expected a number");
            }
        );
    }
}

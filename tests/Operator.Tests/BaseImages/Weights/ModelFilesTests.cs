using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Hub;

namespace Operator.Tests.BaseImages.Weights;

public sealed class ModelFilesTests
{
    [TestCase("config.json tokenizer.model model.safetensors", null)]
    [TestCase(
        "config.json tokenizer.model model.safetensors.index.json model-00001-of-00002.safetensors "
            + "model-00002-of-00002.safetensors",
        null
    )]
    [TestCase("config.json tokenizer.model model-00001-of-00002.safetensors", "no model.safetensors")]
    [TestCase("config.json tokenizer.model pytorch_model.bin", "\"pytorch_model.bin\"")]
    [TestCase("config.json tokenizer.model original/model.safetensors", "no model.safetensors")]
    [TestCase("tokenizer.model model.safetensors", "no config.json")]
    [TestCase("config.json tokenizer.json model.safetensors", null)]
    [TestCase("config.json tokenizer_config.json model.safetensors", "no tokenizer.model or tokenizer.json")]
    public void What_a_server_would_not_find_is_named(string files, string? missing) =>
        Assert.That(ModelFiles.Missing(Files(files)), missing is null ? Is.Null : Does.Contain(missing));

    [TestCase("config.json model.safetensors README.md original/x.json", "", 200L)]
    [TestCase("config.json model.safetensors README.md original/x.json", "*", 300L)]
    [TestCase("config.json model.safetensors README.md original/x.json", "**/*.json", 300L)]
    [TestCase("config.json model.safetensors README.md original/x.json", "original/?.json", 300L)]
    [TestCase("model.safetensors model.safetensors.index.json model-1-of-1.safetensors", "", 200L)]
    [TestCase(
        "model.safetensors 1_Pooling/config.json 2_Dense/config.json 2_Dense/model.safetensors 2_Dense/x.bin",
        "",
        400L
    )]
    public void The_size_is_that_of_what_is_fetched(string files, string include, long bytes) =>
        Assert.That(
            ModelFiles.Size(Files(files), include.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            Is.EqualTo(bytes)
        );

    [Test]
    public void A_size_that_the_hub_does_not_say_is_not_guessed() =>
        Assert.That(ModelFiles.Size([new HubFile("config.json", null, null)], []), Is.Null);

    private static HubFile[] Files(string names) => [.. names.Split(' ').Select(n => new HubFile(n, 100, null))];
}

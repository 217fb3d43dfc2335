using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>A model that can't be used ends the start by name, and never becomes ready.</summary>
[TestFixture]
internal sealed class LoadFailureTests
{
    [TestCase("model.safetensors", "truncated")]
    [TestCase("tokenizer.model", "tokenizer.model")]
    public async Task A_spoilt_file_ends_the_process_with_its_name(string file, string says)
    {
        await using var server = await TinyServer.StartAsync(spoil: directory =>
        {
            var path = Path.Combine(directory, file);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        });
        await TinyServer.EventuallyAsync(() => server.Host.LoadFailure is not null);
        Assert.That(server.Host.LoadFailure!.Message, Does.Contain(says).And.Contain(file));
    }

    [Test]
    public async Task A_model_whose_numbers_are_none_does_not_become_ready()
    {
        await using var server = await TinyServer.StartAsync(spoil: directory =>
        {
            var path = Path.Combine(directory, "model.safetensors");
            var bytes = File.ReadAllBytes(path);
            // The end of the last matrix and the norms after it.
            bytes.AsSpan(bytes.Length - 20_000).Fill(0xFF);
            File.WriteAllBytes(path, bytes);
        });
        await TinyServer.EventuallyAsync(() => server.Host.LoadFailure is not null);
        Assert.That(server.Host.LoadFailure!.Message, Does.Contain("DTYPE").And.Contain("leave the range"));
    }

    [TestCase("\"vocab_size\": 999", "\"vocab_size\": 500", "999 pieces")]
    [TestCase("\"hidden_size\": 64", "\"hidden_size\": 96", "contradicts config.json")]
    [TestCase("gemma3_text", "gemma3n", "'gemma3n' is not supported")]
    [TestCase("\"num_hidden_layers\": 6", "\"num_hidden_layers\": 7", "no file of the checkpoint holds this tensor")]
    [TestCase("\"head_dim\": 32", "\"head_dim\": 16", "contradicts config.json")]
    public async Task A_configuration_that_contradicts_the_files_is_refused(string from, string to, string says)
    {
        await using var server = await TinyServer.StartAsync(spoil: directory =>
        {
            var path = Path.Combine(directory, "config.json");
            File.WriteAllText(path, File.ReadAllText(path).Replace(from, to));
        });
        await TinyServer.EventuallyAsync(() => server.Host.LoadFailure is not null);
        Assert.That(server.Host.LoadFailure!.Message, Does.Contain(says));
    }
}

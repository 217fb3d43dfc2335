using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GemmaInference.Model;

namespace Inference.Tests.Api;

/// <summary>
/// Whatever keeps the server from starting: the last line of all that the real process writes is the cause, in the
/// length that reaches an object's status.
/// </summary>
[TestFixture]
internal sealed class LastWordsTests
{
    private const int MaxBytes = 300;

    [TestCase("PORT", "99999", "PORT: expected a whole number from 0 to 65535, found '99999'")]
    [TestCase("DTYPE", "int8", "DTYPE: expected auto, float32, float16 or bfloat16, found 'int8'")]
    [TestCase("DEVICE", "tpu", "DEVICE: expected auto, cpu or cuda, found 'tpu'")]
    [TestCase("MAX_CONTEXT", "many", "MAX_CONTEXT: expected a whole number")]
    [TestCase("MAX_SLOTS", "0", "MAX_SLOTS: expected a whole number from 1 to 512")]
    [TestCase("MAX_QUEUE", "-1", "MAX_QUEUE: expected a whole number")]
    [TestCase("DRAIN_SECONDS", "1.5", "DRAIN_SECONDS: expected a whole number")]
    [TestCase(
        "MODEL_PATH",
        "/none/such",
        "/none/such/config.json: not found; MODEL_PATH must hold a model: give one by "
            + "spec.rollout.server.model.existingClaim, .image or .hub"
    )]
    [TestCase("DEVICE", "cuda", "DEVICE: cuda is asked for, but")]
    [TestCase("GEMMA_TORCH_LIB", "/none/such", "/none/such: there is no libtorch_cpu.so here")]
    public Task A_setting_that_can_not_be_used(string name, string value, string says) =>
        DemandAsync(says, start => start.Environment[name] = value);

    [Test]
    public async Task No_libtorch_at_all()
    {
        using var empty = new ScratchDirectory();
        await DemandAsync(
            "libtorch: no PyTorch found; expected its torch/lib in GEMMA_TORCH_LIB",
            start =>
            {
                start.Environment.Remove("GEMMA_TORCH_LIB");
                // No python3 is found there; the runtime's own programs are started by absolute path.
                start.FileName = Which(start.FileName);
                start.Environment["PATH"] = empty.Path;
            }
        );
    }

    [Test]
    public async Task A_libtorch_of_another_version()
    {
        using var torch = new ScratchDirectory();
        Directory.CreateDirectory(torch["torch/lib"]);
        await File.WriteAllTextAsync(torch["torch/version.py"], "__version__ = '2.4.1+cu121'\n");
        await File.WriteAllTextAsync(torch["torch/lib/libtorch_cpu.so"], "");
        await DemandAsync(
            "this is PyTorch 2.4.1+cu121, and the server needs 2.10 or newer; set spec.base.pytorch",
            start => start.Environment["GEMMA_TORCH_LIB"] = torch["torch/lib"]
        );
    }

    [Test]
    public async Task A_libtorch_without_what_the_server_calls()
    {
        using var torch = new ScratchDirectory();
        Directory.CreateDirectory(torch["torch/lib"]);
        await File.WriteAllTextAsync(torch["torch/version.py"], "__version__ = '2.99.0+cu999'\n");
        var other = Directory.EnumerateFiles(TorchForTests.PackageDirectory, "libgomp*").First();
        File.Copy(other, torch["torch/lib/libtorch_cpu.so"]);
        await DemandAsync(
            "libtorch: libtorch_cpu.so of PyTorch 2.99.0+cu999 has no function aoti_torch_abi_version, which the "
                + "server needs; take another PyTorch, 2.10 or newer",
            start => start.Environment["GEMMA_TORCH_LIB"] = torch["torch/lib"]
        );
    }

    [Test]
    public async Task A_libtorch_that_is_no_library()
    {
        using var torch = new ScratchDirectory();
        Directory.CreateDirectory(torch["torch/lib"]);
        await File.WriteAllTextAsync(torch["torch/version.py"], "__version__ = '2.10.0'\n");
        await File.WriteAllTextAsync(torch["torch/lib/libtorch_cpu.so"], "not a library");
        await DemandAsync(
            "libtorch_cpu.so: could not be loaded: file too short",
            start => start.Environment["GEMMA_TORCH_LIB"] = torch["torch/lib"]
        );
    }

    [Test]
    public async Task A_port_that_is_taken()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await DemandAsync(
            $"PORT: {port} is taken by another process; give a free one",
            start => start.Environment["PORT"] = $"{port}"
        );
    }

    private static IEnumerable<TestCaseData> Checkpoints()
    {
        yield return Case("An_empty_directory", "config.json: not found", d => Clear(d));
        yield return Case("No_tokenizer", "tokenizer.model: not found", d => File.Delete(d + "/tokenizer.model"));
        yield return Case("No_weights", "neither model.safetensors nor", d => File.Delete(d + "/model.safetensors"));
        yield return Case(
            "Weights_of_llama_cpp",
            "only such as x.gguf",
            d => File.Move(d + "/model.safetensors", d + "/x.gguf")
        );
        yield return Case(
            "An_adapter",
            "it is an adapter",
            d =>
            {
                File.Delete(d + "/model.safetensors");
                File.WriteAllText(d + "/adapter_config.json", "{}");
            }
        );
        yield return Case(
            "A_pointer_of_git_lfs",
            "a git-lfs pointer, not the weights",
            d =>
                File.WriteAllText(
                    d + "/model.safetensors",
                    "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
                )
        );
        yield return Case("Cut_weights", "model.safetensors: truncated", d => Cut(d + "/model.safetensors"));
        yield return Case("A_cut_tokenizer", "tokenizer.model: ", d => Cut(d + "/tokenizer.model"));
        yield return Case("A_config_that_is_no_JSON", "config.json: not valid JSON", d => Config(d, "{", "{{"));
        yield return Case(
            "Another_architecture",
            "'gemma3n' is not supported",
            d => Config(d, "gemma3_text", "gemma3n")
        );
        yield return Case(
            "A_shape_that_contradicts",
            "contradicts config.json",
            d => Config(d, "\"head_dim\": 32", "\"head_dim\": 16")
        );
        yield return Case(
            "A_field_with_token_in_its_name",
            "config.json: 'eos_token_id': expected a token id",
            d => Config(d, "\"eos_token_id\": 1", "\"eos_token_id\": \"x\"")
        );
        yield return Case(
            "A_missing_shard",
            "shard 'model-00001-of-00002.safetensors' is missing",
            d =>
                File.WriteAllText(
                    d + "/model.safetensors.index.json",
                    """{"weight_map":{"a":"model-00001-of-00002.safetensors"}}"""
                )
        );
        yield return Case(
            "A_malformed_index",
            "model.safetensors.index.json: malformed",
            d => File.WriteAllText(d + "/model.safetensors.index.json", "{}")
        );
        yield return Case(
            "Malformed_generation_settings",
            "generation_config.json: not a valid JSON object",
            d => File.WriteAllText(d + "/generation_config.json", "[")
        );
        yield return Case(
            "Numbers_that_are_none",
            "DTYPE: the model's numbers leave the range",
            d =>
            {
                var bytes = File.ReadAllBytes(d + "/model.safetensors");
                bytes.AsSpan(bytes.Length - 20_000).Fill(0xFF);
                File.WriteAllBytes(d + "/model.safetensors", bytes);
            }
        );
        // Reading it is an error of the system, of a kind that nothing expects: the engine's thread ends of it.
        yield return Case(
            "A_file_that_the_system_can_not_read",
            "MODEL_PATH: can't be read: ",
            d =>
            {
                File.Delete(d + "/tokenizer.model");
                File.CreateSymbolicLink(d + "/tokenizer.model", "/proc/self/mem");
            }
        );

        static TestCaseData Case(string name, string says, Action<string> spoil) =>
            new TestCaseData(says, spoil).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Checkpoints))]
    public async Task A_checkpoint_that_can_not_be_used(string says, Action<string> spoil)
    {
        using var model = new ScratchDirectory();
        TinyModel.Write(model.Path);
        spoil(model.Path);
        await DemandAsync(says, start => start.Environment["MODEL_PATH"] = model.Path);
    }

    [Test]
    public Task An_exception_that_nobody_catches() =>
        DemandAsync(
            "internal error: NotSupportedException: thrown by a test",
            start => start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(LastWordsTests).Assembly.Location
        );

    private static async Task DemandAsync(string says, Action<ProcessStartInfo> change)
    {
        using var server = new RunningServer(configure: change);
        var (output, status) = await server.EndAsync();
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(status, Is.EqualTo(1), output);
        Assert.That(lines[^1], Does.StartWith("gemma-inference: ").And.Contain(says), output);
        Assert.That(Encoding.UTF8.GetByteCount(lines[^1]), Is.AtMost(MaxBytes));
        Assert.That(lines[^1], Does.Not.EndWith("…").And.Not.EndWith("."), "the operator shows it whole");
        Assert.That(lines.Where(line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(output, Does.Not.Contain("Draining").And.Not.Contain("Unhandled exception"));
    }

    private static string Which(string program) =>
        Path.IsPathRooted(program)
            ? program
            : Environment
                .GetEnvironmentVariable("PATH")!
                .Split(':')
                .Select(folder => Path.Combine(folder, program))
                .First(File.Exists);

    private static void Clear(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            File.Delete(file);
        }
    }

    private static void Cut(string path) => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);

    private static void Config(string directory, string from, string to) =>
        File.WriteAllText(directory + "/config.json", File.ReadAllText(directory + "/config.json").Replace(from, to));
}

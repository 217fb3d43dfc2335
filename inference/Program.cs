using GemmaInference.Api;
using GemmaInference.Fetch;
using GemmaInference.Image;
using GemmaInference.Model;

LastWords.OnUnhandled();
try
{
    switch (args)
    {
        case ["fetch", .. var words]:
            return await FetchProcess.RunAsync(words);

        case ["write-tiny-model", var directory]:
            TinyModel.Write(directory);
            Console.WriteLine($"wrote a tiny model to {directory}");
            return 0;

        case ["write-image", var archive]:
            Console.WriteLine($"{archive} {LayersImage.Write(AppContext.BaseDirectory, archive)}");
            return 0;

        case []:
            return await ServeProcess.RunAsync();

        default:
            Console.Error.WriteLine(
                "usage: gemma-inference [fetch <source> --to <directory> | write-tiny-model <directory> | "
                    + "write-image <archive.tar>]; settings come from the environment, see docs/inference.md"
            );
            return 2;
    }
}
catch (Exception cause)
{
    return LastWords.Say(cause);
}

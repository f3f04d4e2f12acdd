# Windows: checks the lists and the signature of this folder. Usage: powershell -ExecutionPolicy Bypass -File verify.ps1
# The log, the time-stamps and SM3 need openssl: see VERIFY.en.txt, or use zhenxin-verify.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$bad = $false
foreach ($list in @(@('manifest-sha256.txt', 'SHA256'), @('manifest-sha512.txt', 'SHA512'), @('tagmanifest-sha256.txt', 'SHA256'))) {
    foreach ($line in Get-Content -Encoding UTF8 $list[0]) {
        $sum, $path = $line -split '  ', 2
        $there = Test-Path -LiteralPath $path
        if (-not $there -or (Get-FileHash -Algorithm $list[1] -LiteralPath $path).Hash.ToLower() -ne $sum) {
            Write-Output "BAD $path"
            $bad = $true
        }
    }
}
$listed = Get-Content -Encoding UTF8 'manifest-sha256.txt' | ForEach-Object { ($_ -split '  ', 2)[1] }
foreach ($file in Get-ChildItem -Recurse -File 'data') {
    $path = $file.FullName.Substring($PSScriptRoot.Length + 1).Replace('\', '/')
    if ($listed -notcontains $path) { Write-Output "BAD not listed: $path"; $bad = $true }
}
cmd /c 'ssh-keygen -Y verify -f keys\allowed_signers -I holder -n evidence-export@v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt'
if ($LASTEXITCODE -ne 0) { $bad = $true }
ssh-keygen -lf keys\holder.pub
if ($bad) { Write-Output 'BAD: changed'; exit 1 }
Write-Output 'ok: unchanged since it was signed by the key whose fingerprint stands above. It does not show who sent it or whether it is true.'
exit 3

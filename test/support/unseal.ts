import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from 'node:crypto'

/** Unseals as the controller does, by Node's own OAEP. Throws where the key or the label is another. */
export function unseal(ciphertext: string, { key, label }: { key: string; label: string }): Buffer {
  const blob = Buffer.from(ciphertext, 'base64')
  if (blob.toString('base64') !== ciphertext) throw new Error('no canonical base64')
  const length = blob.readUInt16BE(0)
  const sessionKey = privateDecrypt(
    {
      key: createPrivateKey(key),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(label),
    },
    blob.subarray(2, 2 + length),
  )
  const sealed = blob.subarray(2 + length)
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12))
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

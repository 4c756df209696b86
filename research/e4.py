from ev import *; from nb import *; from schemes import *
ws=[45,66,87,108,115,136,157]
S={'q255':lambda x,y:quant(x,255),'q255cap':lambda x,y:fam(x,255,0),'asin':lambda x,y:fam(x,255,.5,cap=False),'asin cap':lambda x,y:fam(x,255,.5),'a=.25 cap':lambda x,y:fam(x,255,.25),'a=.65 cap':lambda x,y:fam(x,255,.65),'a=.75 cap':lambda x,y:fam(x,255,.75),'a=.85 cap':lambda x,y:fam(x,255,.85),
'distinct^0':lambda x,y:fam(x,255,dist=0),'distinct^.5':lambda x,y:fam(x,255,dist=.5),'halfwidth':lambda x,y:halfwidth(x,255),'tails32':lambda x,y:tails(x,255),'geo12':lambda x,y:geo(x,255),
'sup half':lambda x,y:sup(x,y,255),'sup half mss1':lambda x,y:sup(x,y,255,.5,1),'sup all mss5':lambda x,y:sup(x,y,255,.99,5),'sup 1/4':lambda x,y:sup(x,y,255,.25),'exact':lambda x,y:mid_cuts(np.unique(x))}
cfg=(('A',{}),('B',dict(l2=0.)),('C',dict(mss=1,base=0.)))
import sys
sel=sys.argv[1:] or list(S)
if __name__=='__main__':
  for k in sel:
    R={c:[] for c,_ in cfg}; tb=[]; tf=[]
    for w in ws:
        X,y,Z,z=W[w]
        t=time.time(); cuts=[S[k](X[:,j],y) for j in range(X.shape[1])]; tb.append(time.time()-t)
        assert k=='exact' or max(map(len,cuts))<=254,max(map(len,cuts))
        cd=(encode(X,cuts),encode(Z,cuts))
        for c,kw in cfg:
            if k=='exact' and c=='B': R[c].append(0);continue
            t=time.time();R[c].append(AP(z,fit_predict(X,y,Z,cuts,codes=cd,**kw)));tf.append(time.time()-t)
    print(f'{k:14s}',' | '.join(f'{c} mean {np.mean(R[c]):.4f} sd {np.std(R[c]):.4f} base {R[c][4]:.4f}' for c,_ in cfg),f'bin {np.median(tb):.2f} fit {np.median(tf):.2f}',flush=True)
